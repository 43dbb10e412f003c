export default function ActivityPage({ projectId }: { projectId: string }) {
  return <h1>ActivityPage {projectId}</h1>;
}
