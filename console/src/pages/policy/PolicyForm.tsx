import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Form from '@cloudscape-design/components/form';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type FormEvent, useEffect, useState } from 'react';
import { type Problem, problemOf } from '../../api/problem';
import type { SharingPolicy } from '../../api/types';
import { componentTexts } from '../../components/texts';
import { TimeStamp } from '../../components/TimeStamp';
import { useTexts } from '../../i18n/catalogue';
import { fieldErrors, isOnlyOf } from '../../problems/fields';
import { ProblemAlert } from '../../problems/ProblemAlert';
import { type Draft, draftOf, faultsOf, inBoth, type ListName, listNames, specOf } from './draft';
import { IdsField } from './IdsField';
import { putPolicy } from './policy';
import { policyTexts } from './texts';

interface Props {
  projectId: string;
  policy: SharingPolicy;
  onSaved: (policy: SharingPolicy) => void;
}

const choices = ['open', 'consent', 'closed'] as const;

// PolicyForm edits a policy. What was entered stays until it is saved or undone.
export function PolicyForm({ projectId, policy, onSaved }: Props) {
  const texts = useTexts(policyTexts);
  const [draft, setDraft] = useState<Draft>(() => draftOf(policy));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  // What still waits when the page is left is not sent later.
  const [left] = useState(() => new AbortController());
  useEffect(() => () => left.abort(), [left]);
  const faulty = listNames.some((name) => faultsOf(draft[name]));
  const save = async (event?: FormEvent) => {
    event?.preventDefault();
    if (faulty || busy) return;
    setBusy(true);
    setProblem(undefined);
    try {
      const saved = await putPolicy(projectId, specOf(draft), left.signal);
      setDraft(draftOf(saved));
      onSaved(saved);
    } catch (thrown) {
      setProblem(problemOf(thrown));
    } finally {
      setBusy(false);
    }
  };
  const undo = () => {
    setDraft(draftOf(policy));
    setProblem(undefined);
  };
  const errors = fieldErrors(problem);
  const list = (name: ListName, overruled?: string[]) => (
    <IdsField
      label={texts.lists[name]}
      value={draft[name]}
      error={errors[name]}
      overruled={overruled}
      onChange={(value) => setDraft({ ...draft, [name]: value })}
    />
  );
  const apart = problem && !isOnlyOf(['incoming', ...listNames], problem);
  return (
    <form onSubmit={(event) => void save(event)} noValidate>
      <Form
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button formAction="none" variant="link" disabled={busy} onClick={undo}>
              {texts.undo}
            </Button>
            <Button variant="primary" loading={busy} disabled={faulty}>
              {texts.save}
            </Button>
          </SpaceBetween>
        }
      >
        <SpaceBetween size="l">
          <Container
            header={
              <Header variant="h2" description={<Updated at={policy.updatedAt} />}>
                {texts.incoming}
              </Header>
            }
          >
            <FormField errorText={errors.incoming}>
              <RadioGroup
                ariaLabel={texts.incoming}
                value={draft.incoming}
                items={choices.map((value) => ({ value, ...texts.choices[value] }))}
                onChange={({ detail }) => setDraft({ ...draft, incoming: detail.value as Draft['incoming'] })}
              />
            </FormField>
          </Container>
          <Container header={<Header variant="h2" description={texts.trustedExplained}>{texts.trusted}</Header>}>
            <SpaceBetween size="l">
              {list('trustedProjects')}
              {list('trustedAccounts')}
            </SpaceBetween>
          </Container>
          <Container header={<Header variant="h2" description={texts.blockedExplained}>{texts.blocked}</Header>}>
            <SpaceBetween size="l">
              {list('blockedProjects', inBoth(draft, 'blockedProjects'))}
              {list('blockedAccounts', inBoth(draft, 'blockedAccounts'))}
            </SpaceBetween>
          </Container>
          {apart && <ProblemAlert problem={problem} onRetry={() => void save()} />}
        </SpaceBetween>
      </Form>
    </form>
  );
}

function Updated({ at }: { at?: string }) {
  const texts = useTexts(policyTexts);
  const { labelled } = useTexts(componentTexts);
  if (!at) return texts.never;
  return (
    <>
      {labelled(texts.updated)}
      <TimeStamp time={at} />
    </>
  );
}
