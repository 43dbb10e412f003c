export default function ImagePage({ projectId, imageId }: { projectId: string; imageId: string }) {
  return <h1>ImagePage {projectId} {imageId}</h1>;
}
