export default function ReceivedImagePage({ projectId, imageId }: { projectId: string; imageId: string }) {
  return <h1>ReceivedImagePage {projectId} {imageId}</h1>;
}
