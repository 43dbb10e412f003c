import { ForeignText } from './ForeignText';

// ProjectName shows a project by its name and, beneath, what tells it from others of
// the same name: its id.
export function ProjectName({ name, projectId }: { name?: string; projectId: string }) {
  if (!name) return <code className="foreign">{projectId}</code>;
  return (
    <>
      <ForeignText>{name}</ForeignText>
      <br />
      <code className="foreign">{projectId}</code>
    </>
  );
}
