import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { useLoad } from '../../api/load';
import { useTexts } from '../../i18n/catalogue';
import { fill } from '../../paging/fill';
import { useQuery } from '../../router/location';
import { usePermission } from '../../shell/projects';
import { usePageTitle } from '../../shell/title';
import { listReceived, statuses } from './list';
import { Notice } from './Notice';
import { ReceivedTable } from './ReceivedTable';
import { receivedTexts } from './texts';

// ReceivedPage shows what other projects share with this one, and takes its answers.
export default function ReceivedPage({ projectId }: { projectId: string }) {
  const texts = useTexts(receivedTexts);
  const [query, changeQuery] = useQuery();
  const status = statuses.find((s) => s === query.get('status')) ?? 'accepted';
  const show = (id: string) => changeQuery({ status: id === 'accepted' ? '' : id });
  usePageTitle(texts.title);
  return (
    <ContentLayout
      header={
        <Header variant="h1" description={texts.description}>
          {texts.title}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Notice />
        {status === 'accepted' && <Waiting projectId={projectId} onLook={() => show('pending')} />}
        <Tabs
          ariaLabel={texts.tabsLabel}
          activeTabId={status}
          onChange={({ detail }) => show(detail.activeTabId)}
          tabs={statuses.map((id) => ({
            id,
            label: texts.tabs[id],
            content: <ReceivedTable key={id} projectId={projectId} status={id} />,
          }))}
        />
      </SpaceBetween>
    </ContentLayout>
  );
}

// Waiting tells those who look at what they have accepted that there is something to
// answer. When it cannot be known, that is no matter: the tab is there.
function Waiting({ projectId, onLook }: { projectId: string; onLook: () => void }) {
  const texts = useTexts(receivedTexts);
  const { answer } = usePermission(projectId);
  const { data } = useLoad(`waiting of ${projectId}`, (signal) =>
    fill((token, limit, s) => listReceived(projectId, { status: 'pending' }, token, limit, s), undefined, 1, signal),
  );
  if (!answer || !data || data.items.length === 0) return null;
  return (
    <Alert type="info" header={texts.waiting} action={<Button onClick={onLook}>{texts.lookAtPending}</Button>}>
      {texts.waitingExplained}
    </Alert>
  );
}
