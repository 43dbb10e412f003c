import Box from '@cloudscape-design/components/box';
import { useState } from 'react';
import { Refused } from '../../api/problem';
import type { SharedImage } from '../../api/types';
import { FormDialog } from '../../components/FormDialog';
import { ForeignText } from '../../components/ForeignText';
import { useTexts } from '../../i18n/catalogue';
import { useNotify } from '../../shell/notifications';
import { answerAll, type Progress } from './answer';
import { setStatus } from './list';
import { Notice } from './Notice';
import { receivedTexts } from './texts';

export type Answer = 'accepted' | 'declined';

interface Props {
  projectId: string;
  images: SharedImage[];
  answer: Answer;
  // onClose is called with what was answered, all or, when it was dismissed, some.
  onClose: (answered: SharedImage[]) => void;
}

// AnswerDialog accepts or declines what is shared. When that stops halfway, trying again
// does the rest.
export function AnswerDialog({ projectId, images, answer, onClose }: Props) {
  const texts = useTexts(receivedTexts);
  const words = texts.answers[answer];
  const notify = useNotify();
  const [progress, setProgress] = useState<Progress>({ left: images, answered: [], gone: [] });
  const close = ({ answered, gone }: Progress) => {
    if (answered.length > 0) notify('success', words.done(answered.length));
    if (gone.length > 0) notify('info', texts.goneMeanwhile(gone.length), { about: 'gone' });
    onClose([...answered, ...gone]);
  };
  const submit = async (signal: AbortSignal) => {
    const after = await answerAll(progress, ({ imageId }) => setStatus(projectId, imageId, answer, signal));
    setProgress(after);
    if (after.problem) throw new Refused(after.problem);
    close(after);
  };
  const done = images.length - progress.left.length;
  return (
    <FormDialog
      header={words.header(images.length)}
      action={answer === 'accepted' ? texts.accept : texts.decline}
      submit={submit}
      onDismiss={() => close(progress)}
    >
      {answer === 'accepted' && <Notice />}
      <Box>{words.explained}</Box>
      {done > 0 && <Box>{texts.alreadyDone(done)}</Box>}
      <ul>
        {progress.left.map(({ imageId, name, owner }) => (
          <li key={imageId} className="foreign">
            <b>
              <ForeignText>{name}</ForeignText>
            </b>{' '}
            {texts.ofOwner(owner.projectId, owner.accountId)}
          </li>
        ))}
      </ul>
    </FormDialog>
  );
}
