import { describe, expect, it } from 'vitest';
import { Refused } from '../../api/problem';
import { cancelEach } from './cancel';

// A service on which the shares with these projects end, each with its answer.
function service(answers: Record<string, string>) {
  const asked: string[] = [];
  const cancel = async (target: string) => {
    asked.push(target);
    const code = answers[target];
    if (code !== undefined) throw new Refused({ code, status: 404, detail: '', requestId: 'r' } as never);
  };
  return { cancel, asked };
}

describe('cancelEach', () => {
  it('takes a share that has ended for what was wanted', async () => {
    const { cancel } = service({ b: 'ShareNotFound' });
    expect(await cancelEach(['a', 'b', 'c'], cancel)).toEqual({ cancelled: ['a', 'c'], ended: ['b'] });
  });
  it('stops at what goes wrong', async () => {
    const { cancel, asked } = service({ b: 'OutcomeUnknown' });
    await expect(cancelEach(['a', 'b', 'c'], cancel)).rejects.toThrow('OutcomeUnknown');
    expect(asked).toEqual(['a', 'b']);
  });
});
