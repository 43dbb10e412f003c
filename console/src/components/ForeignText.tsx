// ForeignText shows what somebody else has written. It cannot change the direction of
// the text around it, and breaks anywhere rather than make the page wider.
export function ForeignText({ children, lines }: { children: string; lines?: boolean }) {
  return <bdi className={lines ? 'foreign foreign-lines' : 'foreign'}>{children}</bdi>;
}
