import type { JsonRules } from './jsonRules';
export function patternRule(pattern: string, json: JsonRules): string | undefined {
  void pattern;
  void json;
  return undefined;
}
