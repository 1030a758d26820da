/** The known name that has the same letters in another Unicode form. */
export function sameLetters(name: string, known: readonly string[]): string | undefined {
  const form = name.normalize();
  return known.find((each) => each !== name && each.normalize() === form);
}
