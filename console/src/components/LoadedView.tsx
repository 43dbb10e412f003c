import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { ReactNode } from 'react';
import type { Loaded } from '../api/load';
import { useTexts } from '../i18n/catalogue';
import { ProblemAlert } from '../problems/ProblemAlert';
import { componentTexts } from './texts';

interface Props<T> {
  of: Loaded<T>;
  children: (data: T) => ReactNode;
}

// LoadedView draws what was loaded. Until then it says that it is loading, and if that
// fails why, with Retry; what was there before stays.
export function LoadedView<T>({ of: { data, problem, loading, reload }, children }: Props<T>) {
  const texts = useTexts(componentTexts);
  return (
    <SpaceBetween size="l">
      {problem && <ProblemAlert problem={problem} onRetry={() => void reload()} />}
      {data !== undefined && children(data)}
      {data === undefined && loading && (
        <Box padding="l" textAlign="center">
          <StatusIndicator type="loading">{texts.loading}</StatusIndicator>
        </Box>
      )}
    </SpaceBetween>
  );
}
