import TopNavigation, { type TopNavigationProps } from '@cloudscape-design/components/top-navigation';
import { useTexts } from '../i18n/catalogue';
import { isolate } from '../i18n/isolate';
import { type Language, languages } from '../i18n/language';
import { follow, navigate, useRoute } from '../router/location';
import { pathTo } from '../router/route';
import { useSession, useSessionState } from '../session/SessionContext';
import { useProjects } from './projects';
import { type Theme, themes, useSettings } from './settings';
import { shellTexts } from './texts';

// TopBar is above every page. Before the sign-in it has language and theme only.
export function TopBar({ utilities = [] }: { utilities?: TopNavigationProps.Utility[] }) {
  const texts = useTexts(shellTexts);
  const { language, setLanguage, theme, setTheme } = useSettings();
  const languageName = languages.find((l) => l.id === language)?.name ?? language;
  const bar: TopNavigationProps.Utility[] = [
    ...utilities,
    {
      type: 'menu-dropdown',
      text: languageName,
      ariaLabel: texts.language(languageName),
      items: languages.map((l) => ({ id: l.id, text: l.name, itemType: 'checkbox', checked: l.id === language })),
      onItemClick: ({ detail }) => setLanguage(detail.id as Language),
    },
    {
      type: 'menu-dropdown',
      text: texts.appearance,
      items: themes.map((t) => ({ id: t, text: texts.themes[t], itemType: 'checkbox', checked: t === theme })),
      onItemClick: ({ detail }) => setTheme(detail.id as Theme),
    },
  ];
  return (
    <TopNavigation
      identity={{
        href: pathTo({ page: 'home' }),
        title: texts.product,
        onFollow: (event) => {
          event.preventDefault();
          navigate({ page: 'home' });
        },
      }}
      utilities={bar}
      i18nStrings={{
        overflowMenuTriggerText: texts.overflow,
        overflowMenuTitleText: texts.overflowTitle,
        overflowMenuBackIconAriaLabel: texts.overflowBack,
        overflowMenuDismissIconAriaLabel: texts.overflowClose,
      }}
    />
  );
}

// SignedInBar has the project selector and the account too.
export function SignedInBar() {
  return <TopBar utilities={[useProjectSelector(), useAccount()]} />;
}

function useProjectSelector(): TopNavigationProps.MenuDropdownUtility {
  const texts = useTexts(shellTexts);
  const route = useRoute();
  const projects = useProjects().data ?? [];
  const projectId = 'projectId' in route ? route.projectId : undefined;
  const current = projects.find((p) => p.projectId === projectId);
  const name = current?.name ?? projectId;
  return {
    type: 'menu-dropdown',
    disableUtilityCollapse: true,
    text: current ? isolate(shorten(current.name)) : (projectId ?? texts.chooseProject),
    ariaLabel: name ? texts.project(name) : texts.chooseProject,
    items: [
      ...projects.map((p) => ({
        id: p.projectId,
        text: isolate(p.name),
        secondaryText: p.projectId,
        href: pathTo({ page: 'images', projectId: p.projectId }),
      })),
      { id: '', text: texts.allProjects, href: pathTo({ page: 'projects' }) },
    ],
    onItemFollow: follow,
  };
}

function useAccount(): TopNavigationProps.MenuDropdownUtility {
  const texts = useTexts(shellTexts);
  const session = useSession();
  const state = useSessionState();
  const sub = state.is === 'signedOut' ? '' : isolate(state.claims.sub);
  return {
    type: 'menu-dropdown',
    iconName: 'user-profile',
    text: sub,
    ariaLabel: texts.account(sub),
    items: [{ id: 'signOut', text: texts.signOut }],
    onItemClick: () => void session.signOut(),
  };
}

// shorten leaves the bar its place, whatever a project is called.
function shorten(name: string): string {
  const characters = [...new Intl.Segmenter().segment(name)].map(({ segment }) => segment);
  return characters.length > 24 ? `${characters.slice(0, 23).join('')}…` : name;
}
