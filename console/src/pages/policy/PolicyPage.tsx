export default function PolicyPage({ projectId }: { projectId: string }) {
  return <h1>PolicyPage {projectId}</h1>;
}
