import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { presentReminder, shareTexts } from './texts';

const contract = readFileSync(new URL('../../../../shared/httpapi/openapi.yaml', import.meta.url), 'utf8');

it('shows the security reminder as the service has it', () => {
  expect(contract).toContain(`version: '${presentReminder}'`);
  expect(contract).toContain(`text: '${shareTexts.en.reminders[presentReminder]}'`);
});
