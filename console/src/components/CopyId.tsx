import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import { useTexts } from '../i18n/catalogue';
import { componentTexts } from './texts';

// CopyId shows an id with a button that copies it.
export function CopyId({ id }: { id: string }) {
  const texts = useTexts(componentTexts);
  return (
    <CopyToClipboard
      variant="inline"
      textToCopy={id}
      textToDisplay={<code className="foreign id">{id}</code>}
      copyButtonAriaLabel={texts.copy(id)}
      copySuccessText={texts.copied}
      copyErrorText={texts.notCopied}
      wrapText
    />
  );
}
