import Alert from '@cloudscape-design/components/alert';
import Checkbox from '@cloudscape-design/components/checkbox';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { SecurityReminder } from '../../api/types';
import { useTexts } from '../../i18n/catalogue';
import { entry } from '../../i18n/entry';
import { shareTexts } from './texts';

interface Props {
  reminder: Pick<SecurityReminder, 'version'> & Partial<SecurityReminder>;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

// Reminder is the security reminder in full, with the box that acknowledges it. One that
// is newer than this page is shown as the service says it.
export function Reminder({ reminder, checked, onChange }: Props) {
  const texts = useTexts(shareTexts);
  const known = entry(texts.reminders, reminder.version);
  return (
    <Alert type="warning" header={texts.reminderTitle}>
      <SpaceBetween size="s">
        <span lang={known ? undefined : 'en'}>{known ?? reminder.text}</span>
        <span>{texts.covers}</span>
        <Checkbox checked={checked} onChange={({ detail }) => onChange(detail.checked)}>
          {texts.acknowledge}
        </Checkbox>
      </SpaceBetween>
    </Alert>
  );
}
