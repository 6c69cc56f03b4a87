import type { Check } from './check.ts';
import type { Remediation } from './finding.ts';

const introduction = `# Checks

<!-- Written by \`npm run docs:checks\` from the registry (functions/compliance/checks/). Change the checks. -->

Every check of security groups and IAM, as the registry has it. CIS numbers are of the AWS Foundations Benchmark v7.0; EC2.x
and IAM.x are controls of AWS Security Hub.

- **Severity** and **repair** are those of an ordinary finding: a finding may say another, and its check says when.
- **Repair**: *automatic* is done without asking, *approval* once somebody has approved that exact plan, *report only* by a
  person. None of them is done unless the mode of the check is \`enforce\` (\`compliance\` in \`config/<environment>.yaml\`).
- **Seen by**: a check of a *resource* also runs within seconds of a change to it; one of the *account* needs the nightly run.
- **Reads**: the parts of the snapshot without which the check says nothing, and is reported as not evaluated.
`;

const repairs: Readonly<Record<Remediation, string>> = { automatic: 'automatic', approval: 'approval', 'report-only': 'report only' };

/** The registry as one Markdown document: a table to look things up in, and what each check tests. */
export function describeChecks(checks: readonly Check[]): string {
  const rows = checks.map((check) => [
    `[${check.id}](#${check.id.toLowerCase()})`,
    check.title,
    check.severity,
    repairOf(check),
    check.scope,
    check.references.join(', ') || '–',
  ]);
  return [introduction, table(['check', 'tests', 'severity', 'repair', 'seen by', 'references'], rows), ...checks.map(describeCheck)].join('\n');
}

function describeCheck(check: Check): string {
  const { id, title, description, severity, references, reads } = check;
  return `## ${id}

**${inline(title)}**

${inline(description)}

- Severity: ${severity}
- Repair: ${repairOf(check)}
- References: ${references.join(', ') || 'none; the declared baseline or a rule of the house'}
- Reads: ${reads.map((part) => `\`${part}\``).join(', ') || 'what the declared resources call for, and says so itself where that was not read'}
`;
}

/** A check may want a repair that nobody has written yet: then it is a person's. */
function repairOf(check: Check): string {
  return 'repair' in check ? repairs[check.remediation] : repairs['report-only'];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map((cell) => inline(cell).replaceAll('|', String.raw`\|`)).join(' | ')} |\n`).join('');
}

/** Text on one line. `*:*` and `service:*` are what they are, and no emphasis. */
function inline(text: string): string {
  return text.replaceAll(/\s+/gu, ' ').replaceAll('*', String.raw`\*`).replaceAll('<', '&lt;');
}
