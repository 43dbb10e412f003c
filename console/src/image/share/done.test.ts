import { expect, it } from 'vitest';
import { doneText } from './done';
import { shareTexts } from './texts';

type Result = [result: 'created' | 'unchanged', status: 'accepted' | 'pending'];

const said = (...results: Result[]) =>
  doneText(shareTexts.en, { shares: results.map(([result, status], i) => ({ projectId: `p${i}`, result, status })) as never });

it('says how many are new', () => {
  expect(said(['created', 'accepted'], ['unchanged', 'pending'])).toBe('The image is shared with one more project.');
  expect(said(['created', 'accepted'], ['created', 'pending'])).toBe(
    'The image is shared with 2 more projects. One of them has to accept it first.',
  );
});

it('says when all that are new have to accept it', () => {
  expect(said(['created', 'pending'])).toBe('The image is shared with one more project. It has to accept the image first.');
  expect(said(['created', 'pending'], ['created', 'pending'])).toBe(
    'The image is shared with 2 more projects. All of them have to accept it first.',
  );
});

it('says that it was done before when nothing is new', () => {
  expect(said(['unchanged', 'accepted'], ['unchanged', 'accepted'])).toBe('The image is shared with all of these projects now.');
  expect(said(['unchanged', 'pending'])).toBe('The image is shared with this project now. It has to accept the image first.');
});
