import Box from '@cloudscape-design/components/box';
import type { ReactNode } from 'react';
import type { Activity } from '../api/types';
import { ForeignText } from '../components/ForeignText';
import { componentTexts } from '../components/texts';
import { useTexts } from '../i18n/catalogue';
import { entry } from '../i18n/entry';
import { activityTexts } from './texts';

// ActivityDetails shows what only some activities have.
export function ActivityDetails(activity: Activity) {
  const texts = useTexts(activityTexts);
  const { targets, reminderVersion, source, copy, changed, reason, failure } = activity;
  return (
    <>
      {targets && <Detail name={texts.targets}>{targets.join(', ')}</Detail>}
      {reminderVersion && <Box variant="small" display="block">{texts.reminder(reminderVersion)}</Box>}
      {source && <Detail name={texts.copiedFrom}>{place(source)}</Detail>}
      {copy && <Detail name={texts.copiedAs}>{place(copy)}</Detail>}
      {changed && <div>{texts.changed(changed.join(', '))}</div>}
      {reason && (
        <Detail name={texts.reason}>
          {entry(texts.reasons, reason) ?? <ForeignText>{reason}</ForeignText>}
        </Detail>
      )}
      {failure && (
        <div>
          <code>{failure.code}</code> <ForeignText>{failure.message}</ForeignText>
        </div>
      )}
    </>
  );
}

function place({ imageId, projectId, region }: NonNullable<Activity['source']>): string {
  return `${projectId}/${imageId} (${region})`;
}

function Detail({ name, children }: { name: string; children: ReactNode }) {
  const { labelled } = useTexts(componentTexts);
  return (
    <div className="foreign">
      {labelled(name)}
      {children}
    </div>
  );
}
