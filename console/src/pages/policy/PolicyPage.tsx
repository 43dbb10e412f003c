import Alert from '@cloudscape-design/components/alert';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { LoadedView } from '../../components/LoadedView';
import { useTexts } from '../../i18n/catalogue';
import { useNotify } from '../../shell/notifications';
import { usePermission } from '../../shell/projects';
import { usePageTitle } from '../../shell/title';
import { usePolicy } from './policy';
import { PolicyForm } from './PolicyForm';
import { PolicyView } from './PolicyView';
import { policyTexts } from './texts';

// PolicyPage is where a project says whose images it takes.
export default function PolicyPage({ projectId }: { projectId: string }) {
  const texts = useTexts(policyTexts);
  const may = usePermission(projectId);
  const policy = usePolicy(projectId);
  const notify = useNotify();
  usePageTitle(texts.title);
  return (
    <ContentLayout
      header={
        <Header variant="h1" description={texts.description}>
          {texts.title}
        </Header>
      }
    >
      <LoadedView of={policy}>
        {(loaded) =>
          may.receive ? (
            <PolicyForm
              projectId={projectId}
              policy={loaded}
              onSaved={(saved) => {
                policy.show(saved);
                notify('success', texts.saved);
              }}
            />
          ) : (
            <SpaceBetween size="l">
              <Alert type="info">{texts.readOnly}</Alert>
              <PolicyView policy={loaded} />
            </SpaceBetween>
          )
        }
      </LoadedView>
    </ContentLayout>
  );
}
