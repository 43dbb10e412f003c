import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import TextFilter from '@cloudscape-design/components/text-filter';
import type { Project } from '../../api/types';
import { CopyId } from '../../components/CopyId';
import { ForeignText } from '../../components/ForeignText';
import { LoadedView } from '../../components/LoadedView';
import { TimeStamp } from '../../components/TimeStamp';
import { useTexts } from '../../i18n/catalogue';
import { follow, navigate, useQuery } from '../../router/location';
import { pathTo } from '../../router/route';
import { isPlatform } from '../../session/may';
import { useClaims } from '../../session/SessionContext';
import { useProjects } from '../../shell/projects';
import { usePageTitle } from '../../shell/title';
import { projectsTexts } from './texts';

// ProjectsPage is where one chooses the project to act for, and finds the id that others
// need to share with it.
export default function ProjectsPage() {
  const texts = useTexts(projectsTexts);
  const projects = useProjects();
  usePageTitle(texts.title);
  return (
    <ContentLayout
      header={
        <Header variant="h1" description={texts.description}>
          {texts.title}
        </Header>
      }
    >
      <LoadedView of={projects}>{(all) => (all.length === 0 ? <Empty /> : <ProjectsTable all={all} />)}</LoadedView>
    </ContentLayout>
  );
}

function ProjectsTable({ all }: { all: Project[] }) {
  const texts = useTexts(projectsTexts);
  const [query, changeQuery] = useQuery();
  const wanted = query.get('find') ?? '';
  const found = all.filter((project) => matches(project, wanted));
  return (
    <Table
      items={found}
      columnDefinitions={useColumns()}
      trackBy="projectId"
      wrapLines
      filter={
        <TextFilter
          filteringText={wanted}
          filteringPlaceholder={texts.filter}
          filteringAriaLabel={texts.filter}
          countText={wanted === '' ? '' : texts.matches(found.length)}
          onChange={({ detail }) => changeQuery({ find: detail.filteringText })}
        />
      }
      empty={
        <SpaceBetween size="xs">
          <b>{texts.noMatch}</b>
          <Button onClick={() => changeQuery({ find: '' })}>{texts.clear}</Button>
        </SpaceBetween>
      }
    />
  );
}

function matches({ name, projectId, accountId }: Project, wanted: string): boolean {
  const words = wanted.toLocaleLowerCase();
  return [name, projectId, accountId].some((text) => text.toLocaleLowerCase().includes(words));
}

function useColumns(): TableProps.ColumnDefinition<Project>[] {
  const texts = useTexts(projectsTexts);
  return [
    {
      id: 'name',
      header: texts.name,
      minWidth: 160,
      isRowHeader: true,
      cell: ({ name, projectId, state }) => (
        <SpaceBetween size="xxs" direction="horizontal">
          <Link href={pathTo({ page: 'images', projectId })} onFollow={follow}>
            <ForeignText>{name}</ForeignText>
          </Link>
          {state === 'Closed' && (
            <StatusIndicator type="stopped">
              <span className="words">{texts.closedSince}</span>
            </StatusIndicator>
          )}
        </SpaceBetween>
      ),
    },
    { id: 'id', header: texts.id, minWidth: 160, cell: ({ projectId }) => <CopyId id={projectId} /> },
    { id: 'account', header: texts.account, minWidth: 120, cell: ({ accountId }) => <span className="foreign">{accountId}</span> },
    { id: 'created', header: texts.created, minWidth: 160, cell: ({ createdAt }) => <TimeStamp time={createdAt} /> },
  ];
}

function Empty() {
  const texts = useTexts(projectsTexts);
  const platform = isPlatform(useClaims());
  return (
    <Box textAlign="center" padding="l">
      <SpaceBetween size="s">
        <b>{texts.empty}</b>
        <span>{platform ? texts.platformOnly : texts.emptyExplained}</span>
        {platform && <Button onClick={() => navigate({ page: 'platform' })}>{texts.toPlatform}</Button>}
      </SpaceBetween>
    </Box>
  );
}
