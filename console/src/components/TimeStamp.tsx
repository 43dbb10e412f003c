import { formatTime } from '../i18n/format';
import { useLanguage } from '../i18n/language';

// TimeStamp shows a time of the service in the reader's time zone; pointed at, as it was.
export function TimeStamp({ time }: { time: string }) {
  return (
    <time dateTime={time} title={time}>
      {formatTime(time, useLanguage())}
    </time>
  );
}
