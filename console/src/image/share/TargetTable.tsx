import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import Table from '@cloudscape-design/components/table';
import { ProjectName } from '../../components/ProjectName';
import { componentTexts } from '../../components/texts';
import { useTexts } from '../../i18n/catalogue';
import type { Verdict } from './check';
import { shareTexts } from './texts';
import type { Target } from './useTargets';

const types: Record<Verdict['is'], StatusIndicatorProps.Type> = {
  ready: 'success',
  shared: 'info',
  invalid: 'error',
  own: 'error',
  unknown: 'error',
  refuses: 'error',
  full: 'error',
  failed: 'warning',
};

// TargetTable shows what the dry run says of each target.
export function TargetTable({ targets, onRemove }: { targets: Target[]; onRemove: (id: string) => void }) {
  const texts = useTexts(shareTexts);
  return (
    <Table
      variant="embedded"
      items={targets}
      trackBy="id"
      wrapLines
      columnDefinitions={[
        {
          id: 'project',
          header: texts.project,
          isRowHeader: true,
          minWidth: 110,
          cell: ({ id, verdict }) => <Project id={id} verdict={verdict} />,
        },
        { id: 'verdict', header: texts.verdict, minWidth: 130, cell: ({ verdict }) => <VerdictBadge verdict={verdict} /> },
        {
          id: 'remove',
          header: '',
          width: 50,
          minWidth: 50,
          cell: ({ id }) => (
            <Button variant="inline-icon" iconName="close" formAction="none" ariaLabel={texts.remove(id)} onClick={() => onRemove(id)} />
          ),
        },
      ]}
    />
  );
}

function Project({ id, verdict }: Target) {
  const texts = useTexts(shareTexts);
  const { labelled } = useTexts(componentTexts);
  if (!verdict || !('name' in verdict)) return <ProjectName projectId={id} />;
  return (
    <>
      <ProjectName projectId={id} name={verdict.name} />
      <Box variant="small" display="block">
        {labelled(texts.account)}
        <span className="foreign">{verdict.accountId}</span>
      </Box>
    </>
  );
}

function VerdictBadge({ verdict }: { verdict?: Verdict }) {
  const texts = useTexts(shareTexts);
  if (!verdict) return <StatusIndicator type="loading">{texts.verdicts.checking}</StatusIndicator>;
  const pending = verdict.is === 'ready' && verdict.status === 'pending';
  return (
    <StatusIndicator type={pending ? 'pending' : types[verdict.is]}>
      <span className="words">{texts.verdicts[pending ? 'readyPending' : verdict.is]}</span>
    </StatusIndicator>
  );
}
