import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useLoad, usePolling } from '../../api/load';
import type { SharedImage } from '../../api/types';
import { ForeignText } from '../../components/ForeignText';
import { LoadedView } from '../../components/LoadedView';
import { useTexts } from '../../i18n/catalogue';
import { isolate } from '../../i18n/isolate';
import { navigate } from '../../router/location';
import { usePermission } from '../../shell/projects';
import { usePageTitle } from '../../shell/title';
import { AnswerDialog } from './AnswerDialog';
import { Details, Owner } from './Details';
import { Notice } from './Notice';
import type { Doing } from './ReceivedTable';
import { SaveDialog } from './SaveDialog';
import { receivedTexts } from './texts';
import { hindrance } from './usable';
import { Warnings } from './Warnings';

// So often the page looks whether the image is still there.
const POLL_MILLISECONDS = 10_000;

// ReceivedImagePage shows one image that another project shares with this one.
export default function ReceivedImagePage({ projectId, imageId }: { projectId: string; imageId: string }) {
  const image = useLoad(`received image ${projectId} ${imageId}`, (signal) =>
    data(api.GET('/v1/projects/{projectId}/shared-images/{imageId}', { params: { path: { projectId, imageId } }, signal })),
  );
  const [doing, setDoing] = useState<Doing>();
  const isGone = image.problem?.code === 'ImageNotFound';
  // Not while a dialog is open: what is typed there would go with the image.
  usePolling(image.data !== undefined && !isGone && !doing, POLL_MILLISECONDS, image.reload);
  usePageTitle(image.data ? isolate(image.data.name) : imageId);
  if (isGone) return <Gone projectId={projectId} imageId={imageId} />;
  const closed = () => {
    setDoing(undefined);
    void image.reload();
  };
  return (
    <>
      <LoadedView of={image}>{(shown) => <Shown projectId={projectId} image={shown} onDo={setDoing} />}</LoadedView>
      {doing && 'save' in doing && <SaveDialog projectId={projectId} image={doing.save} onClose={closed} />}
      {doing && 'answer' in doing && <AnswerDialog projectId={projectId} {...doing} onClose={closed} />}
    </>
  );
}

interface ShownProps {
  projectId: string;
  image: SharedImage;
  onDo: (doing: Doing) => void;
}

function Shown({ projectId, image, onDo }: ShownProps) {
  const texts = useTexts(receivedTexts);
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description={<span className="foreign">{texts.ofOwner(image.owner.projectId, image.owner.accountId)}</span>}
          actions={<Actions projectId={projectId} image={image} onDo={onDo} />}
        >
          <ForeignText>{image.name}</ForeignText>
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Notice />
        <Warnings projectId={projectId} image={image} />
        <Container header={<Header variant="h2">{texts.owner}</Header>}>
          <Owner image={image} />
        </Container>
        <Container header={<Header variant="h2">{texts.details}</Header>}>
          <Details image={image} />
        </Container>
      </SpaceBetween>
    </ContentLayout>
  );
}

function Actions({ projectId, image, onDo }: ShownProps) {
  const texts = useTexts(receivedTexts);
  const may = usePermission(projectId);
  const why = hindrance(image);
  return (
    <SpaceBetween direction="horizontal" size="xs">
      {may.answer &&
        (['declined', 'accepted'] as const).map((answer) => (
          <Button
            key={answer}
            disabled={image.status === answer}
            disabledReason={texts.alreadySo[answer]}
            onClick={() => onDo({ answer, images: [image] })}
          >
            {answer === 'accepted' ? texts.accept : texts.decline}
          </Button>
        ))}
      {may.save && (
        <Button
          variant="primary"
          disabled={why !== undefined}
          disabledReason={why && texts.hindrances[why]}
          onClick={() => onDo({ save: image })}
        >
          {texts.save}
        </Button>
      )}
    </SpaceBetween>
  );
}

function Gone({ projectId, imageId }: { projectId: string; imageId: string }) {
  const texts = useTexts(receivedTexts);
  return (
    <ContentLayout header={<Header variant="h1"><span className="foreign">{imageId}</span></Header>}>
      <Alert
        type="warning"
        header={texts.gone}
        action={<Button onClick={() => navigate({ page: 'received', projectId })}>{texts.toList}</Button>}
      >
        <div role="alert">{texts.goneExplained}</div>
      </Alert>
    </ContentLayout>
  );
}
