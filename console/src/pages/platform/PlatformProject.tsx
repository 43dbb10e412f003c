import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Tabs from '@cloudscape-design/components/tabs';
import { useState } from 'react';
import { useLoad } from '../../api/load';
import type { Project } from '../../api/types';
import { CopyId } from '../../components/CopyId';
import { ForeignText } from '../../components/ForeignText';
import { LoadedView } from '../../components/LoadedView';
import { TimeStamp } from '../../components/TimeStamp';
import { useTexts } from '../../i18n/catalogue';
import { navigate, useQuery } from '../../router/location';
import { usePermission } from '../../shell/projects';
import { ProjectActivity } from '../activity/ProjectActivity';
import { usePolicy } from '../policy/policy';
import { PolicyView } from '../policy/PolicyView';
import { getProject } from './calls';
import { CloseDialog } from './CloseDialog';
import { PlatformImages } from './PlatformImages';
import { platformTexts } from './texts';

// PlatformProject shows a project to the platform.
export function PlatformProject({ projectId }: { projectId: string }) {
  const texts = useTexts(platformTexts);
  const project = useLoad(`project ${projectId}`, (signal) => getProject(projectId, signal));
  if (project.problem?.code === 'ProjectNotFound') {
    return (
      <Alert type="warning">
        <div role="alert">{texts.unknown}</div>
      </Alert>
    );
  }
  return (
    <LoadedView of={project}>
      {(shown) => (
        <SpaceBetween size="l">
          <Summary project={shown} onClosed={() => void project.reload()} />
          <About projectId={projectId} />
        </SpaceBetween>
      )}
    </LoadedView>
  );
}

function Summary({ project, onClosed }: { project: Project; onClosed: () => void }) {
  const texts = useTexts(platformTexts);
  const { projectId, accountId, name, state, createdAt, updatedAt, closedAt } = project;
  const { platform } = usePermission(projectId);
  const [closing, setClosing] = useState(false);
  const isClosed = state === 'Closed';
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button onClick={() => navigate({ page: 'images', projectId })}>{texts.asMember}</Button>
              {platform && (
                <Button disabled={isClosed} disabledReason={texts.isClosed} onClick={() => setClosing(true)}>
                  {texts.close}
                </Button>
              )}
            </SpaceBetween>
          }
        >
          <ForeignText>{name}</ForeignText>
        </Header>
      }
    >
      <KeyValuePairs
        columns={3}
        items={[
          { label: texts.projectId, value: <CopyId id={projectId} /> },
          { label: texts.account, value: <CopyId id={accountId} /> },
          {
            label: texts.state,
            value: isClosed ? (
              <StatusIndicator type="stopped">{texts.isClosed}</StatusIndicator>
            ) : (
              <StatusIndicator>{texts.active}</StatusIndicator>
            ),
          },
          { label: texts.registered, value: <TimeStamp time={createdAt} /> },
          { label: texts.changed, value: <TimeStamp time={updatedAt} /> },
          ...(closedAt ? [{ label: texts.closedAt, value: <TimeStamp time={closedAt} /> }] : []),
        ]}
      />
      {closing && (
        <CloseDialog
          project={project}
          onDismiss={() => setClosing(false)}
          onClosed={() => {
            setClosing(false);
            onClosed();
          }}
        />
      )}
    </Container>
  );
}

// About has what there is to see of a project, one part at a time. Each part begins
// without the filter of another.
function About({ projectId }: { projectId: string }) {
  const texts = useTexts(platformTexts);
  const [query, changeQuery] = useQuery();
  const parts = ['images', 'policy', 'activity'] as const;
  const part = parts.find((p) => p === query.get('part')) ?? 'images';
  const others = Object.fromEntries([...query.keys()].filter((name) => name !== 'project').map((name) => [name, '']));
  const content = {
    images: <PlatformImages projectId={projectId} />,
    policy: <Policy projectId={projectId} />,
    activity: <ProjectActivity projectId={projectId} />,
  };
  return (
    <Tabs
      ariaLabel={texts.tabsLabel}
      activeTabId={part}
      onChange={({ detail }) => changeQuery({ ...others, part: detail.activeTabId })}
      tabs={parts.map((id) => ({ id, label: texts.tabs[id], content: content[id] }))}
    />
  );
}

function Policy({ projectId }: { projectId: string }) {
  return <LoadedView of={usePolicy(projectId)}>{(policy) => <PolicyView policy={policy} />}</LoadedView>;
}
