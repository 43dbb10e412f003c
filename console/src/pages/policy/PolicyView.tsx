import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import type { SharingPolicy } from '../../api/types';
import { TimeStamp } from '../../components/TimeStamp';
import { useTexts } from '../../i18n/catalogue';
import { listNames } from './draft';
import { policyTexts } from './texts';

// PolicyView shows a policy to those who cannot change it.
export function PolicyView({ policy }: { policy: SharingPolicy }) {
  const texts = useTexts(policyTexts);
  const { label, description } = texts.choices[policy.incoming];
  return (
    <Container>
      <KeyValuePairs
        columns={2}
        items={[
          {
            label: texts.incoming,
            value: (
              <>
                {label}
                <Box variant="small" display="block">
                  {description}
                </Box>
              </>
            ),
          },
          { label: texts.updated, value: policy.updatedAt ? <TimeStamp time={policy.updatedAt} /> : texts.never },
          ...listNames.map((name) => ({ label: texts.lists[name], value: <Ids ids={policy[name]} /> })),
        ]}
      />
    </Container>
  );
}

function Ids({ ids }: { ids: string[] }) {
  const texts = useTexts(policyTexts);
  if (ids.length === 0) return texts.none;
  return ids.map((id) => (
    <div key={id}>
      <code className="foreign">{id}</code>
    </div>
  ));
}
