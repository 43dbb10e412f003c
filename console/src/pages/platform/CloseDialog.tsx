import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { Project } from '../../api/types';
import { FormDialog } from '../../components/FormDialog';
import { ForeignText } from '../../components/ForeignText';
import { useTexts } from '../../i18n/catalogue';
import { idOf } from '../../ids';
import { useNotify } from '../../shell/notifications';
import { closeProject } from './calls';
import { platformTexts } from './texts';

interface Props {
  project: Project;
  onClosed: () => void;
  onDismiss: () => void;
}

// CloseDialog closes a project, once its id was typed: nothing opens it again.
export function CloseDialog({ project: { projectId, name }, onClosed, onDismiss }: Props) {
  const texts = useTexts(platformTexts);
  const notify = useNotify();
  const [typed, setTyped] = useState('');
  const submit = async (signal: AbortSignal) => {
    await closeProject(projectId, signal);
    notify('success', texts.closedNow(name));
    onClosed();
  };
  return (
    <FormDialog
      header={texts.closeHeader}
      action={texts.close}
      disabled={idOf(typed) !== projectId}
      submit={submit}
      onDismiss={onDismiss}
      shownAtField={({ code }) => code === 'ProjectNotEmpty'}
    >
      {(problem) => (
        <SpaceBetween size="l">
          <b>
            <ForeignText>{name}</ForeignText>
          </b>
          <Box>{texts.closeExplained}</Box>
          <FormField label={<span className="foreign">{texts.closeConfirm(projectId)}</span>}>
            <Input value={typed} spellcheck={false} autoComplete={false} onChange={({ detail }) => setTyped(detail.value)} />
          </FormField>
          {problem?.code === 'ProjectNotEmpty' && (
            <Alert type="error">
              <div role="alert">{texts.notEmpty}</div>
            </Alert>
          )}
        </SpaceBetween>
      )}
    </FormDialog>
  );
}
