import Button from '@cloudscape-design/components/button';
import Form from '@cloudscape-design/components/form';
import Modal, { type ModalProps } from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { type Problem, problemOf } from '../api/problem';
import { useTexts } from '../i18n/catalogue';
import { ProblemAlert } from '../problems/ProblemAlert';
import { componentTexts } from './texts';

interface Props {
  header: ReactNode;
  // The words on the button that does it.
  action: string;
  // The words on the button that does not; "Cancel" where that cannot be misread.
  keep?: string;
  // Whether what is entered is not ready to be sent.
  disabled?: boolean;
  size?: ModalProps.Size;
  // submit does it, with the signal in whatever it sends. When it throws, the dialog stays
  // with all that was entered.
  submit: (signal: AbortSignal) => Promise<void>;
  onDismiss: () => void;
  // shownAtField reports whether a problem is shown where it belongs, and not once more
  // beneath.
  shownAtField?: (problem: Problem) => boolean;
  children: ReactNode | ((problem: Problem | undefined) => ReactNode);
}

// FormDialog asks for something and does it. It is closed by submit or onDismiss, and
// draws what it was given; a refusal is shown, and nothing that was typed is lost. Who
// cancels while it waits, for a busy service or a session, has cancelled: it is not done
// later. What has been sent already cannot be called back, so the dialog stays until the
// answer is there. Focus goes back to where it was.
export function FormDialog(props: Props) {
  const texts = useTexts(componentTexts);
  const [busy, setBusy] = useState(false);
  const running = useRef<AbortController>(undefined);
  const [cancelled, setCancelled] = useState(false);
  const [stopped, setStopped] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    // After the dialog has taken the focus.
    const timer = setTimeout(() => focusField(form.current));
    return () => clearTimeout(timer);
  }, []);
  // What is entered may be refused and its button off then, or an element that had the focus
  // gone: back to the fields, so that the keyboard is not lost outside of the dialog. The
  // browser takes the focus away some time after the element was drawn.
  useEffect(() => {
    const timer = setTimeout(() => {
      if (document.activeElement === document.body) focusField(form.current);
    }, 100);
    return () => clearTimeout(timer);
  });
  const submit = async (event?: FormEvent) => {
    event?.preventDefault();
    if (props.disabled || running.current) return;
    const { signal } = (running.current = new AbortController());
    setBusy(true);
    setProblem(undefined);
    try {
      await props.submit(signal);
    } catch (thrown) {
      const problem = problemOf(thrown);
      // Nothing was done then, unless nobody knows.
      if (signal.aborted && problem.code !== 'OutcomeUnknown') setStopped(true);
      else setProblem(problem);
    } finally {
      running.current = undefined;
      setBusy(false);
      setCancelled(false);
    }
  };
  const cancel = () => {
    if (!running.current) return props.onDismiss();
    setCancelled(true);
    running.current.abort();
  };
  // With what submit has left behind, such as how far it has come.
  useEffect(() => {
    if (stopped) props.onDismiss();
  }, [stopped]);
  // Nobody waits any more on a page that was left.
  useEffect(() => () => running.current?.abort(), []);
  const apart = problem && !props.shownAtField?.(problem);
  return (
    <Modal
      visible
      header={props.header}
      size={props.size}
      closeAriaLabel={texts.close}
      onDismiss={({ detail }) => {
        // A click beside the dialog would throw away what was typed.
        if (detail.reason !== 'overlay') cancel();
      }}
    >
      <form ref={form} onSubmit={(event) => void submit(event)} noValidate>
        <Form
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button formAction="none" variant="link" disabled={cancelled} onClick={cancel}>
                {props.keep ?? texts.cancel}
              </Button>
              <Button variant="primary" loading={busy} disabled={props.disabled}>
                {props.action}
              </Button>
            </SpaceBetween>
          }
        >
          <SpaceBetween size="l">
            {typeof props.children === 'function' ? props.children(problem) : props.children}
            {apart && <ProblemAlert problem={problem} onRetry={() => void submit()} />}
          </SpaceBetween>
        </Form>
      </form>
    </Modal>
  );
}

// focusField goes to the first field, if there is one.
function focusField(form: HTMLElement | null) {
  form?.querySelector<HTMLElement>('input, textarea')?.focus();
}
