import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useMemo, useState } from 'react';
import { api, data } from '../../api/client';
import { useLoad } from '../../api/load';
import { type Problem, problemOf } from '../../api/problem';
import type { OwnedImage, SecurityReminder, Share, ShareResponse } from '../../api/types';
import { FormDialog } from '../../components/FormDialog';
import { useTexts } from '../../i18n/catalogue';
import { ProblemAlert } from '../../problems/ProblemAlert';
import { useNotify } from '../../shell/notifications';
import { listShares } from '../calls';
import { verdictsOf } from './check';
import { doneText } from './done';
import { Reminder } from './Reminder';
import { MAX_ENTERED } from './targets';
import { TargetTable } from './TargetTable';
import { presentReminder, type ReminderVersion, shareTexts } from './texts';
import { useTargets } from './useTargets';

const none: Share[] = [];

interface Props {
  image: OwnedImage;
  onDone: () => void;
  onDismiss: () => void;
  // onCopy goes on to a copy of the image, for who may make one.
  onCopy: (() => void) | undefined;
}

// ShareDialog shares an image with one or more projects. Each id is checked as it is entered;
// what the service refuses then is shown where it belongs.
export function ShareDialog({ image, onDone, onDismiss, onCopy }: Props) {
  const texts = useTexts(shareTexts);
  const notify = useNotify();
  const [places, setPlaces] = useState({ current: image.shareCount, limit: image.shareLimit });
  const [reminder, setReminder] = useState<Pick<SecurityReminder, 'version'> & Partial<SecurityReminder>>({
    version: presentReminder,
  });
  const [acknowledged, setAcknowledged] = useState(false);
  const remind = (present: SecurityReminder) => {
    if (present.version === reminder.version) return;
    setReminder(present);
    setAcknowledged(false);
  };

  const count = (problem: Problem) => {
    if (problem.code === 'ShareLimitExceeded') setPlaces({ current: problem.current, limit: problem.limit });
  };

  // Who has it already is known without a dry run, also when no place is left.
  const shares = useLoad(`shares of ${image.imageId}`, (signal) => listShares(image, signal));
  const field = useTargets(image.projectId, shares.data?.shares ?? none, async (projectIds, signal) => {
    try {
      const response = await share(image, { projectIds, dryRun: true }, signal);
      remind(response.securityReminder);
      return response;
    } catch (thrown) {
      count(problemOf(thrown));
      throw thrown;
    }
  });
  const { ready, bad, open, failed, full, problem: failure } = useCounts(field.targets);
  const left = places.limit - places.current - ready.length;
  const complete = ready.length > 0 && bad === 0 && failed === 0 && !open && left >= 0;

  // What is wrong with the field, the first of it.
  const fault = () => {
    if (field.tooMany) return texts.tooManyEntered(field.tooMany, MAX_ENTERED);
    if (left < 0) return texts.tooMany(ready.length, left + ready.length);
    if (full) return texts.full(places.limit);
    if (bad > 0) return texts.someBad;
    return failed > 0 ? texts.someFailed : undefined;
  };

  const submit = async (signal: AbortSignal) => {
    try {
      const response = await share(image, { projectIds: ready, reminderVersion: reminder.version as ReminderVersion }, signal);
      notify('success', doneText(texts, response));
      onDone();
    } catch (thrown) {
      const problem = problemOf(thrown);
      if (problem.code === 'SecurityReminderNotAcknowledged') remind(problem.securityReminder);
      count(problem);
      if (isOfTargets(problem)) field.learn(verdictsOf(problem, ready));
      throw thrown;
    }
  };

  return (
    <FormDialog
      header={texts.title(image.name)}
      action={texts.ok}
      size="large"
      disabled={!complete || !acknowledged}
      submit={submit}
      onDismiss={onDismiss}
      shownAtField={(problem) => isOfTargets(problem) || problem.code === 'SecurityReminderNotAcknowledged'}
    >
      {(problem) => (
        <SpaceBetween size="l">
          <FormField
            label={texts.targets}
            description={texts.targetsExplained}
            constraintText={texts.places(places.current, places.limit)}
            errorText={fault()}
            stretch
          >
            <Textarea
              value={field.text}
              onChange={({ detail }) => field.change(detail.value)}
              rows={3}
              spellcheck={false}
              disableBrowserAutocorrect
            />
          </FormField>
          <div>
            <div role="status">{!open && field.targets.length > 0 && left >= 0 && texts.checked(ready.length, bad, failed, left)}</div>
            {field.targets.length > 0 && <TargetTable targets={field.targets} onRemove={field.remove} />}
          </div>
          {(full || left < 0) && onCopy && (
            <Alert
              type="info"
              action={
                <Button formAction="none" onClick={onCopy}>
                  {texts.copy}
                </Button>
              }
            >
              {texts.copyInstead}
            </Alert>
          )}
          {failure && <ProblemAlert problem={failure} onRetry={() => field.forget((v) => v.is === 'failed')} />}
          <Reminder reminder={reminder} checked={acknowledged} onChange={setAcknowledged} />
          {problem?.code === 'SecurityReminderNotAcknowledged' && <Alert type="error">{texts.changed}</Alert>}
          <Box>
            <Box variant="awsui-key-label">{texts.billingTitle}</Box>
            {texts.billing(image.projectId)}
          </Box>
        </SpaceBetween>
      )}
    </FormDialog>
  );
}

// useCounts sums up what is known of the targets.
function useCounts(targets: ReturnType<typeof useTargets>['targets']) {
  return useMemo(() => {
    const ready = targets.filter(({ verdict }) => verdict?.is === 'ready').map(({ id }) => id);
    const problems = targets.flatMap(({ verdict }) => (verdict?.is === 'failed' ? [verdict.problem] : []));
    const good = targets.filter(({ verdict }) => verdict?.is === 'ready' || verdict?.is === 'shared').length;
    const unsettled = targets.filter(({ verdict }) => !verdict).length;
    const bad = targets.length - good - unsettled - problems.length;
    const full = targets.some(({ verdict }) => verdict?.is === 'full');
    return { ready, bad, full, open: unsettled > 0, failed: problems.length, problem: problems[0] };
  }, [targets]);
}

function isOfTargets({ code }: Problem): boolean {
  return code === 'ProjectNotFound' || code === 'RecipientRefuses' || code === 'ShareLimitExceeded';
}

// share says that the reminder is acknowledged also in a dry run, which records nothing and
// is refused otherwise; the button is there for who has ticked the box.
function share(
  { projectId, imageId, region }: OwnedImage,
  request: { projectIds: string[]; reminderVersion?: ReminderVersion; dryRun?: boolean },
  signal: AbortSignal,
): Promise<ShareResponse> {
  return data(
    api.POST('/v1/projects/{projectId}/images/{imageId}/shares', {
      params: { path: { projectId, imageId } },
      body: { ...request, region, acknowledgeSecurityReminder: true },
      signal,
    }),
  );
}
