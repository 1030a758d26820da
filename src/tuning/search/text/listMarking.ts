/** What is written around the answers of a list: each by itself, by where it stands. */
export type Marking = keyof typeof marks;

type Marks = (index: number) => readonly [before: string, after: string];

const marks = {
  plain: () => ['', ''],
  quoted: () => ['"', '"'],
  singly: () => ["'", "'"],
  numbered: (index) => [`${index + 1}. `, ''],
  bracketed: (index) => [`(${index + 1}) `, ''],
  lettered: (index) => [`(${String.fromCharCode('a'.charCodeAt(0) + index)}) `, ''],
} satisfies Readonly<Record<string, Marks>>;

/** More answers than letters are not lettered. */
const letters = 26;

export const markings = Object.keys(marks) as readonly Marking[];

/** Whether so many answers may be marked that way. */
export const mayMark = (marking: Marking, answers: number): boolean => marking !== 'lettered' || answers <= letters;

/** What stands in front of an answer and behind it. @param index of the answer in the list, from 0 */
export const marksOf = (marking: Marking, index: number): readonly [before: string, after: string] =>
  (marks[marking] as Marks)(index);

/** Whether answers so marked are counted: what stands in front of them are no words, and stays. */
export const counts = (marking: Marking | undefined): boolean =>
  marking !== undefined && marksOf(marking, 0)[0] !== marksOf(marking, 1)[0];
