type Content = Node | string | undefined | readonly (Node | string)[];

/** Makes an element with attributes and content; text is always text, never markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...content: readonly Content[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  for (const part of content.flat()) {
    if (part !== undefined) made.append(part);
  }
  return made;
}
