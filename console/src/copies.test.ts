import { describe, expect, it } from 'vitest';
import { forgetAll, remember, remembered } from './copies';

function storage(initial?: string): Storage {
  const items = new Map(initial === undefined ? [] : [['image-sharing.copies', initial]]);
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => items.set(key, value),
    removeItem: (key: string) => items.delete(key),
  } as unknown as Storage;
}

const request = (key: string) => ({ key, body: { name: 'n' } });

describe('remembered', () => {
  it('is what the image was asked for with last', () => {
    const kept = storage();
    remember('a', request('1'), kept);
    remember('b', request('2'), kept);
    remember('a', request('3'), kept);
    expect(remembered('a', kept)).toEqual(request('3'));
    expect(remembered('b', kept)).toEqual(request('2'));
    expect(remembered('c', kept)).toBeUndefined();
  });
  it('forgets the oldest, and all when somebody signs out', () => {
    const kept = storage();
    for (let i = 0; i < 201; i++) remember(`i${i}`, request('k'), kept);
    expect(remembered('i0', kept)).toBeUndefined();
    expect(remembered('i1', kept)).toBeDefined();
    forgetAll(kept);
    expect(remembered('i200', kept)).toBeUndefined();
  });
  it('does without a browser that keeps nothing more', () => {
    const full = storage('[["a",{"key":"1","body":{"name":"n"}}]]');
    full.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
    remember('b', request('2'), full);
    expect(remembered('a', full)).toEqual(request('1'));
    expect(remembered('b', full)).toBeUndefined();
  });
  it('does without what it cannot read', () => {
    expect(remembered('a', storage('{'))).toBeUndefined();
    expect(remembered('a', storage('{"a":1}'))).toBeUndefined();
  });
});
