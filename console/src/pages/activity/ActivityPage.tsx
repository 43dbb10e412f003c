import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import { useTexts } from '../../i18n/catalogue';
import { usePageTitle } from '../../shell/title';
import { ProjectActivity } from './ProjectActivity';
import { activityPageTexts } from './texts';

// ActivityPage shows what was done in a project.
export default function ActivityPage({ projectId }: { projectId: string }) {
  const texts = useTexts(activityPageTexts);
  usePageTitle(texts.title);
  return (
    <ContentLayout
      header={
        <Header variant="h1" description={texts.description}>
          {texts.title}
        </Header>
      }
    >
      <ProjectActivity projectId={projectId} />
    </ContentLayout>
  );
}
