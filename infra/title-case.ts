/** `production` as it stands in the names of stacks, roles and alarms: `Production`. */
export function titleCase(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
