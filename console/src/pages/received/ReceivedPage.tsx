export default function ReceivedPage({ projectId }: { projectId: string }) {
  return <h1>ReceivedPage {projectId}</h1>;
}
