import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import type { Problem } from '../api/problem';
import { componentTexts } from '../components/texts';
import { useTexts } from '../i18n/catalogue';
import { explain, problemTexts } from './texts';

// ProblemAlert says what went wrong, with the id under which the service knows of it,
// and lets it be tried again where that can help: a refusal stays one, whoever asks again.
export function ProblemAlert({ problem, onRetry }: { problem: Problem; onRetry?: () => void }) {
  const texts = useTexts(problemTexts);
  const { labelled } = useTexts(componentTexts);
  const unknown = problem.code === 'OutcomeUnknown';
  return (
    <Alert
      type={unknown ? 'warning' : 'error'}
      header={unknown ? texts.unknownOutcome : texts.failed}
      action={onRetry && !isRefusal(problem) && <Button formAction="none" onClick={onRetry}>{texts.retry}</Button>}
    >
      <div role="alert">
        {explain(texts, problem)}
        {problem.code === 'InvalidRequest' && (
          <ul>
            {problem.errors.map(({ field, message }) => (
              <li key={field} lang="en">
                {field}: {message}
              </li>
            ))}
          </ul>
        )}
        {problem.requestId && (
          <Box variant="small" display="block">
            {labelled(texts.requestId)}
            <code>{problem.requestId}</code>
          </Box>
        )}
      </div>
    </Alert>
  );
}

function isRefusal({ status }: Problem): boolean {
  return status >= 400 && status < 500 && status !== 401 && status !== 429;
}
