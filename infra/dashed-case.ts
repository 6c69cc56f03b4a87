/** `PlanBucket` as its source file is named: `plan-bucket`. */
export function dashedCase(name: string): string {
  return name.replaceAll(/(?<=[a-z])(?=[A-Z])/gu, '-').toLowerCase();
}
