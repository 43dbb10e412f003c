import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { SharedImage } from '../../api/types';
import { useTexts } from '../../i18n/catalogue';
import type { Permission } from '../../session/may';
import type { Answer } from './AnswerDialog';
import type { Doing } from './ReceivedTable';
import { receivedTexts } from './texts';
import { hindrance } from './usable';

interface Props {
  may: Permission;
  selected: SharedImage[];
  onDo: (doing: Doing) => void;
}

// SelectionActions does something with the images that are selected; saves one of them.
// What cannot be done keeps the focus, and says why.
export function SelectionActions({ may, selected, onDo }: Props) {
  const texts = useTexts(receivedTexts);
  const [first] = selected;
  const saves = selected.length === 1 && first && !hindrance(first) ? first : undefined;
  const answers = (answer: Answer) => selected.filter(({ status }) => status !== answer);
  return (
    <SpaceBetween direction="horizontal" size="xs">
      {may.answer &&
        (['accepted', 'declined'] as const).map((answer) => (
          <Button
            key={answer}
            disabled={answers(answer).length === 0}
            disabledReason={first ? texts.alreadySo[answer] : texts.choose}
            onClick={() => onDo({ answer, images: answers(answer) })}
          >
            {answer === 'accepted' ? texts.accept : texts.decline}
          </Button>
        ))}
      {may.save && (
        <Button
          variant="primary"
          disabled={!saves}
          disabledReason={texts.chooseOne}
          onClick={() => saves && onDo({ save: saves })}
        >
          {texts.save}
        </Button>
      )}
    </SpaceBetween>
  );
}
