import { type Problem, problemOf } from '../../api/problem';
import type { SharedImage } from '../../api/types';

// Progress is how far the answering of several shares has come.
export interface Progress {
  // What is left, in its order. It begins with the image of the problem.
  left: SharedImage[];
  answered: SharedImage[];
  // Those that were gone meanwhile, so that there was nothing to answer.
  gone: SharedImage[];
  problem?: Problem;
}

// answerAll answers one share after the other, and stops at the first that is refused,
// with what has been done. To go on is to call it with what it has returned: an answer
// given twice is given once.
export async function answerAll(
  before: Progress,
  answer: (image: SharedImage) => Promise<SharedImage>,
): Promise<Progress> {
  const answered = [...before.answered];
  const gone = [...before.gone];
  for (const [i, image] of before.left.entries()) {
    try {
      answered.push(await answer(image));
    } catch (thrown) {
      const problem = problemOf(thrown);
      if (problem.code !== 'ImageNotFound') return { left: before.left.slice(i), answered, gone, problem };
      gone.push(image);
    }
  }
  return { left: [], answered, gone };
}
