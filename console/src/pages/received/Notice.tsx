import Alert from '@cloudscape-design/components/alert';
import { useTexts } from '../../i18n/catalogue';
import { receivedTexts } from './texts';

// Notice tells recipients what the service's securityNotice says (R8), in their language.
export function Notice() {
  const texts = useTexts(receivedTexts);
  return (
    <Alert type="warning" header={texts.notice}>
      {texts.noticeExplained}
    </Alert>
  );
}
