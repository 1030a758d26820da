/** A text as YAML reads it back: plain where that is safe, else in quotes. */
export function yamlText(text: string): string {
  const plain =
    /^[\p{L}_./][\p{L}\p{N}\p{M}_ ./()+-]*$/u.test(text) &&
    text.trim() === text &&
    !/^(?:true|false|null|y|n|yes|no|on|off|\.nan|[-+]?\.inf|\.+\d.*)$/i.test(text);
  return plain ? text : JSON.stringify(text);
}
