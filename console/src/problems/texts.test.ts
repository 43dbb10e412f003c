import { describe, expect, it } from 'vitest';
import type { Problem } from '../api/problem';
import { explain, problemTexts } from './texts';

const problem = (fields: object) => ({ status: 422, detail: 'What the service says.', requestId: 'r', ...fields }) as Problem;

describe('explain', () => {
  it('says what the problem says, in the language of the page', () => {
    const limit = problem({ code: 'ShareLimitExceeded', limit: 50, current: 49, requested: 2 });
    expect(explain(problemTexts.en, limit)).toContain('with 49, so 2 more do not fit');
    expect(explain(problemTexts['zh-CN'], limit)).toContain('已共享给 49 个');
  });
  it('isolates ids of others', () => {
    const unknown = problem({ code: 'ProjectNotFound', projectIds: ['a', 'b'] });
    expect(explain(problemTexts.en, unknown)).toContain('\u2068a\u2069, \u2068b\u2069');
  });
  it('leaves a code of a newer service to the service', () => {
    for (const code of ['NewerThanThis', 'constructor']) {
      expect(explain(problemTexts.en, problem({ code }))).toBe('What the service says.');
    }
  });
});
