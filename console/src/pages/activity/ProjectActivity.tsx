import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { ActivityTable } from '../../activities/ActivityTable';
import { activityTexts } from '../../activities/texts';
import { api, data } from '../../api/client';
import type { ActivityType } from '../../api/types';
import { componentTexts } from '../../components/texts';
import { FilterForm } from '../../filter/FilterForm';
import { NoMatch } from '../../filter/NoMatch';
import { given, useFilter } from '../../filter/useFilter';
import { useTexts } from '../../i18n/catalogue';
import { usePages } from '../../paging/pages';
import { ProblemAlert } from '../../problems/ProblemAlert';
import { activityPageTexts } from './texts';

// ProjectActivity lists the activities of a project, of one image and one type if wanted.
export function ProjectActivity({ projectId }: { projectId: string }) {
  const texts = useTexts(activityPageTexts);
  const components = useTexts(componentTexts);
  const { types } = useTexts(activityTexts);
  const filter = useFilter<'imageId' | 'type'>([
    { name: 'imageId', label: texts.image, isId: true },
    { name: 'type', label: texts.type, options: Object.entries(types).map(([value, label]) => ({ value, label })) },
  ]);
  const wanted = given(filter.values) as { imageId?: string; type?: ActivityType };
  const pages = usePages(`activity ${projectId} ${JSON.stringify(wanted)}`, async (nextToken, limit, signal) => {
    const params = { path: { projectId }, query: { ...wanted, nextToken, limit } };
    const page = await data(api.GET('/v1/projects/{projectId}/activity', { params, signal }));
    return { items: page.activities, nextToken: page.nextToken };
  });
  const more = pages.data?.nextToken !== undefined;
  return (
    <SpaceBetween size="l">
      {pages.problem && <ProblemAlert problem={pages.problem} onRetry={() => void pages.reload()} />}
      <ActivityTable
        items={pages.items}
        loading={pages.loading && !pages.data}
        loadingText={components.loading}
        header={
          <Header
            variant="h2"
            actions={
              <Button iconName="refresh" ariaLabel={texts.refresh} loading={pages.loading} onClick={() => void pages.reload()} />
            }
          >
            {texts.list}
          </Header>
        }
        filter={<FilterForm of={filter} />}
        pagination={pages.pagination}
        empty={pages.data && (filter.narrows ? <NoMatch filter={filter} more={more} /> : <Empty />)}
      />
    </SpaceBetween>
  );
}

function Empty() {
  const texts = useTexts(activityPageTexts);
  return (
    <SpaceBetween size="xs">
      <b>{texts.empty}</b>
      <span>{texts.emptyExplained}</span>
    </SpaceBetween>
  );
}
