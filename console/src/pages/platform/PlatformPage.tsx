import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ContentLayout from '@cloudscape-design/components/content-layout';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type FormEvent, useEffect, useState } from 'react';
import { useTexts } from '../../i18n/catalogue';
import { idOf, isId } from '../../ids';
import { navigate, useQuery } from '../../router/location';
import { pathTo } from '../../router/route';
import { usePageTitle } from '../../shell/title';
import { PlatformProject } from './PlatformProject';
import { platformTexts } from './texts';

// PlatformPage is for those who act for the platform: any project, by its id in the
// address.
export default function PlatformPage() {
  const texts = useTexts(platformTexts);
  const [query] = useQuery();
  const projectId = query.get('project') ?? '';
  usePageTitle(projectId === '' ? texts.title : `${projectId} – ${texts.title}`);
  return (
    <ContentLayout
      header={
        <Header variant="h1" description={texts.description}>
          {texts.title}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Finder projectId={projectId} />
        {isId(projectId) ? <PlatformProject key={projectId} projectId={projectId} /> : <Box>{texts.begin}</Box>}
      </SpaceBetween>
    </ContentLayout>
  );
}

// Finder opens a project: a place to come back to.
function Finder({ projectId }: { projectId: string }) {
  const texts = useTexts(platformTexts);
  const [typed, setTyped] = useState(projectId);
  const [faulty, setFaulty] = useState(false);
  useEffect(() => {
    setTyped(projectId);
    setFaulty(projectId !== '' && !isId(projectId));
  }, [projectId]);
  const open = (event: FormEvent) => {
    event.preventDefault();
    const wanted = idOf(typed);
    setFaulty(!isId(wanted));
    if (isId(wanted)) navigate(`${pathTo({ page: 'platform' })}?${new URLSearchParams({ project: wanted })}`);
  };
  return (
    <form onSubmit={open} role="search">
      <FormField label={texts.projectId} errorText={faulty && texts.noId} secondaryControl={<Button>{texts.open}</Button>}>
        <Input value={typed} spellcheck={false} autoComplete={false} onChange={({ detail }) => setTyped(detail.value)} />
      </FormField>
    </form>
  );
}
