import { Reference, Stack, Token, Tokenization, Validations, type IResolvable } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * Accepts one wildcard in the policies below a construct, with the reason: rule AwsSolutions-IAM5 for exactly this
 * resource, and for no other. Call it beside the grant, with the same ARN.
 *
 * The rule names a finding after the resource as the template spells it, which holds logical ids and names of
 * exports. They are worked out here, so that no hash is written down anywhere and a renamed construct needs no care.
 */
export function acknowledgeWildcard(construct: Construct, resource: string, reason: string): void {
  Validations.of(construct).acknowledge({ id: `AwsSolutions-IAM5[Resource::${spellOut(construct, resource)}]`, reason });
}

function spellOut(construct: Construct, resource: string): string {
  const fragments = Tokenization.reverseString(resource).mapTokens({ mapToken: (token) => spellToken(construct, token) });
  return String(fragments.join({ join: (left: unknown, right: unknown) => `${flatten(left)}${flatten(right)}` }));
}

function spellToken(construct: Construct, token: IResolvable): string {
  const spelled = flatten(Stack.of(construct).resolve(token));
  if (!Reference.isReference(token) || spelled.startsWith('<AWS::')) return spelled;
  const producer = Stack.of(token.target);
  if (producer === Stack.of(construct)) return spelled;
  // Exporting here gives the very export that the reference in the policy makes a moment later.
  return flatten(producer.resolve(producer.exportValue(Token.asString(token))));
}

/** An intrinsic function in the spelling of the rule: `<LogicalId.Arn>`, `<AWS::AccountId>`, the name of an export. */
function flatten(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) throw new Error(`a wildcard cannot hold ${typeof value}`);
  const [[name, argument] = ['', '']] = Object.entries(value);
  switch (name) {
    case 'Ref':
      return `<${String(argument)}>`;
    case 'Fn::GetAtt':
      return `<${[argument].flat().join('.')}>`;
    case 'Fn::ImportValue':
      return String(argument);
    default:
      throw new Error(`a wildcard over ${name} cannot be spelled out: acknowledge it by its own id`);
  }
}
