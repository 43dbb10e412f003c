export default function ImagesPage({ projectId }: { projectId: string }) {
  return <h1>ImagesPage {projectId}</h1>;
}
