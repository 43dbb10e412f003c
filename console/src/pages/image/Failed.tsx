import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { type Problem, problemOf } from '../../api/problem';
import type { OwnedImage } from '../../api/types';
import { ForeignText } from '../../components/ForeignText';
import { type Request, remembered } from '../../copies';
import { useTexts } from '../../i18n/catalogue';
import { entry } from '../../i18n/entry';
import { ProblemAlert } from '../../problems/ProblemAlert';
import { navigate } from '../../router/location';
import { usePermission } from '../../shell/projects';
import { useNotify } from '../../shell/notifications';
import { imagePageTexts } from './texts';

interface Props {
  image: OwnedImage;
  onChanged: (image: OwnedImage) => void;
}

// Failed says why an image could not be made. A copy is begun again with what it was
// asked for with; where this browser does not know that, it leads to the source.
export function Failed({ image, onChanged }: Props) {
  const texts = useTexts(imagePageTexts);
  const notify = useNotify();
  const may = usePermission(image.projectId);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const { source, failure } = image;
  const request = source && remembered(image.imageId);
  const explained = failure && entry(texts.failures, failure.code);

  const again = async () => {
    if (!source || !request) return;
    setBusy(true);
    setProblem(undefined);
    try {
      onChanged(await repeat(image.projectId, source, request));
      notify('info', texts.begunAgain);
    } catch (thrown) {
      setProblem(problemOf(thrown));
    } finally {
      setBusy(false);
    }
  };
  const toSource = () => {
    if (!source) return;
    const page = source.projectId === image.projectId ? 'image' : 'receivedImage';
    navigate({ page, projectId: image.projectId, imageId: source.imageId });
  };

  return (
    <SpaceBetween size="m">
      <Alert
        type="error"
        header={texts.failed}
        action={
          source &&
          may.save &&
          (request ? (
            <Button loading={busy} onClick={() => void again()}>
              {texts.tryAgain}
            </Button>
          ) : (
            <Button onClick={toSource}>{texts.toSource}</Button>
          ))
        }
      >
        {explained && <div>{explained}</div>}
        {failure && (
          <div>
            <code>{failure.code}</code> <ForeignText lines>{failure.message}</ForeignText>
          </div>
        )}
        {source && !request && <div>{texts.copyAnew}</div>}
      </Alert>
      {problem && <ProblemAlert problem={problem} onRetry={() => void again()} />}
    </SpaceBetween>
  );
}

function repeat(projectId: string, source: NonNullable<OwnedImage['source']>, { key, body }: Request): Promise<OwnedImage> {
  const params = { path: { projectId, imageId: source.imageId }, header: { 'Idempotency-Key': key } };
  if (source.projectId === projectId) {
    return data(api.POST('/v1/projects/{projectId}/images/{imageId}/copy', { params, body }));
  }
  return data(api.POST('/v1/projects/{projectId}/shared-images/{imageId}/save', { params, body }));
}
