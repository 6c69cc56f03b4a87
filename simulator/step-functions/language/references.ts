/** A node of JSONata's syntax tree. The package's own type leaves most members out. */
export interface SyntaxNode {
  readonly type: string;
  readonly value?: unknown;
  readonly [member: string]: unknown;
}

export interface ReferenceRules {
  /** `$states.errorOutput` resolves in a catcher's own `Output` and `Assign` only. */
  readonly mayReadErrorOutput: boolean;
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && typeof (value as SyntaxNode).type === 'string';
}

function nodes(value: unknown): readonly SyntaxNode[] {
  if (isNode(value)) return [value];
  return Array.isArray(value) ? value.flatMap(nodes) : [];
}

/** Members that are evaluated against what the node itself selects, so that a bare name means something there. */
const focusedMembers = new Set(['predicate', 'stages', 'group', 'terms', 'pattern', 'update', 'delete']);

/** Members that hold no expression of their own. */
const skippedMembers = new Set(['steps', 'slot', 'ancestor', 'seekingParent', 'signature']);

/**
 * Finds references that AWS refuses at creation. An expression of a state has no context item: a path that
 * starts from a bare name reads nothing. Inside a later step, a predicate, a sort term or a grouping the name
 * is fine; the body of a lambda has the context of the place that defines it.
 */
export function findUnsupportedReferences(root: SyntaxNode, rules: ReferenceRules): readonly string[] {
  const problems: string[] = [];
  const atTopLevel = (what: string): void => {
    problems.push(`UNSUPPORTED_JSONATA_EXPRESSION: Reference to '${what}' at the top level is not supported.`);
  };

  function visitPath(node: SyntaxNode, hasFocus: boolean): void {
    const steps = nodes(node['steps']);
    const [first, second] = steps;
    if (!rules.mayReadErrorOutput && first?.type === 'variable' && first.value === 'states' && second?.value === 'errorOutput') {
      problems.push(`UNSUPPORTED_JSONATA_EXPRESSION: Reference to '$states.errorOutput' is only supported in a Catch.`);
    }
    steps.forEach((step, index) => visit(step, hasFocus || index > 0));
  }

  function visitMembers(node: SyntaxNode, hasFocus: boolean): void {
    for (const [member, value] of Object.entries(node)) {
      if (skippedMembers.has(member) || typeof value !== 'object' || value === null) continue;
      if (node.type === 'lambda' && member === 'arguments') continue;
      const isFocused = hasFocus || focusedMembers.has(member);
      for (const child of expressionsIn(value)) visit(child, isFocused);
    }
  }

  function visit(node: SyntaxNode, hasFocus: boolean): void {
    if (node.type === 'path') visitPath(node, hasFocus);
    else if (node.type === 'name' && !hasFocus) atTopLevel(String(node.value));
    else if (node.type === 'wildcard' && !hasFocus) atTopLevel('*');
    else if (node.type === 'descendant' && !hasFocus) atTopLevel('**');
    else if (node.type === 'variable' && node.value === '' && !hasFocus) atTopLevel('$');
    else if (node.type === 'variable' && node.value === '$') {
      problems.push(`UNSUPPORTED_JSONATA_EXPRESSION: Reference to '$$' is not supported.`);
    }
    visitMembers(node, hasFocus);
  }

  visit(root, false);
  return problems;
}

/** Nodes in a member, through arrays and through the wrappers of filters, groups and sort terms. */
function expressionsIn(value: unknown): readonly SyntaxNode[] {
  if (Array.isArray(value)) return value.flatMap(expressionsIn);
  if (typeof value !== 'object' || value === null) return [];
  if (isNode(value) && value.type !== 'filter' && value.type !== 'index') return [value];
  const wrapper = value as Readonly<Record<string, unknown>>;
  return [wrapper['expr'], wrapper['expression'], wrapper['lhs']].flatMap(expressionsIn);
}
