/**
 * What OCSF 1.9.0 wants of an event of the class Compliance Finding with the profile `cloud`, as far as the reports use
 * it. Sources: schema.ocsf.io/1.9.0/classes/compliance_finding and the pages of its objects. No package of the registry
 * holds that schema: this is our own statement of it. Attributes that are not here are refused, so that one is added
 * here, from its page, before it is written.
 */
const text = { type: 'string', minLength: 1 };
const texts = { type: 'array', items: text };
/** `timestamp_t`: milliseconds since the epoch. */
const timestamp = { type: 'integer', minimum: 1_000_000_000_000 };

interface Attribute {
  readonly is: object;
  readonly required?: true;
}

function objectOf(attributes: Readonly<Record<string, Attribute>>, more: object = {}): object {
  const entries = Object.entries(attributes);
  return {
    type: 'object',
    required: entries.flatMap(([name, { required }]) => (required === true ? [name] : [])),
    properties: Object.fromEntries(entries.map(([name, { is }]) => [name, is])),
    additionalProperties: false,
    ...more,
  };
}

/** The constraint `at_least_one`. */
const atLeastOne = (...names: readonly string[]): object => ({ anyOf: names.map((name) => ({ required: [name] })) });

/** An enumeration, and the attribute that holds the caption of its value. */
function captioned(id: string, name: string, captions: Readonly<Record<number, string>>): object {
  return { anyOf: Object.entries(captions).map(([value, caption]) => ({ properties: { [id]: { const: Number(value) }, [name]: { const: caption } } })) };
}

const product = objectOf({ name: { is: text }, uid: { is: text }, vendor_name: { is: text }, version: { is: text } }, atLeastOne('name', 'uid'));

const metadata = objectOf({
  version: { is: { const: '1.9.0' }, required: true },
  product: { is: product, required: true },
  profiles: { is: { const: ['cloud'] } },
  uid: { is: text },
  event_code: { is: text },
  correlation_uid: { is: text },
  logged_time: { is: timestamp },
  labels: { is: texts },
});

const cloud = objectOf({
  provider: { is: text, required: true },
  account: {
    is: objectOf({ uid: { is: text }, type: { is: { const: 'AWS Account' } }, type_id: { is: { const: 10 } } }, atLeastOne('name', 'uid')),
  },
  region: { is: text },
  cloud_partition: { is: text },
});

const findingInfo = objectOf({
  uid: { is: text, required: true },
  title: { is: text },
  desc: { is: text },
  created_time: { is: timestamp },
  first_seen_time: { is: timestamp },
  modified_time: { is: timestamp },
  types: { is: texts },
});

const compliance = objectOf(
  {
    status: { is: text },
    status_id: { is: { type: 'integer' } },
    control: { is: text },
    desc: { is: text },
    standards: { is: texts },
    requirements: { is: texts },
    status_details: { is: texts },
  },
  captioned('status_id', 'status', { 1: 'Pass', 2: 'Warning', 3: 'Fail' }),
);

const resource = objectOf(
  { uid: { is: text }, name: { is: text }, type: { is: text }, region: { is: text }, cloud_partition: { is: text } },
  atLeastOne('name', 'uid'),
);

export const complianceFindingSchema = objectOf(
  {
    activity_id: { is: { type: 'integer' }, required: true },
    activity_name: { is: text },
    category_uid: { is: { const: 2 }, required: true },
    category_name: { is: { const: 'Findings' } },
    class_uid: { is: { const: 2003 }, required: true },
    class_name: { is: { const: 'Compliance Finding' } },
    cloud: { is: cloud, required: true },
    compliance: { is: compliance, required: true },
    finding_info: { is: findingInfo, required: true },
    message: { is: text },
    metadata: { is: metadata, required: true },
    remediation: { is: objectOf({ desc: { is: text, required: true } }) },
    resources: { is: { type: 'array', minItems: 1, items: resource } },
    severity_id: { is: { type: 'integer' }, required: true },
    severity: { is: text },
    status_id: { is: { type: 'integer' } },
    status: { is: text },
    status_detail: { is: text },
    time: { is: timestamp, required: true },
    type_uid: { is: { type: 'integer' }, required: true },
    type_name: { is: text },
    unmapped: { is: { type: 'object' } },
  },
  {
    allOf: [
      captioned('activity_id', 'activity_name', { 1: 'Create', 2: 'Update', 3: 'Close' }),
      captioned('type_uid', 'type_name', {
        200301: 'Compliance Finding: Create',
        200302: 'Compliance Finding: Update',
        200303: 'Compliance Finding: Close',
      }),
      captioned('severity_id', 'severity', { 1: 'Informational', 2: 'Low', 3: 'Medium', 4: 'High', 5: 'Critical' }),
      captioned('status_id', 'status', { 1: 'New', 2: 'In Progress', 3: 'Suppressed', 4: 'Resolved', 5: 'Archived', 6: 'Deleted' }),
    ],
  },
);
