export default function PlatformPage() {
  return <h1>PlatformPage </h1>;
}
