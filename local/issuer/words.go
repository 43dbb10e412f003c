package issuer

import (
	"net/http"
	"net/url"
	"strings"
)

// words are what the page says in one language.
type words struct {
	Lang, Title, Intro, Foreign, ToConsole        string
	Sample, SampleIntro, LoadSample, SampleFailed string
	People, PeopleIntro, Projects, ProjectsHint   string
	Everything                                    string
	Of, Other, Name, Scopes, SignIn, Cancel       string
	BadName, BadProjects                          string
	May                                           map[string]string // by scope
}

var english = words{
	Lang:         "en",
	Title:        "Sign in to Image sharing",
	Intro:        "This machine has no passwords: choose who you want to be. It is for trying the service out, and no part of a deployment.",
	Foreign:      "The console asks for this page when somebody signs in. It cannot be opened by itself.",
	ToConsole:    "Open the console",
	Sample:       "Nothing is here yet",
	SampleIntro:  "The sample has two accounts with two projects each, images to share, and one that cannot be shared any further.",
	LoadSample:   "Load the sample",
	SampleFailed: "The sample could not be loaded. Try again; the terminal in which the service runs says why.",
	People:       "People of the sample",
	PeopleIntro:  "Share the image web-golden with the project globex-app as alice, then sign in as bob, who receives it.",
	Of:           "works for the project ",
	Everything:   "is the platform: every project, suspending, closing",
	Other:        "Somebody else",
	Name:         "Name",
	Projects:     "Project ids",
	ProjectsHint: "Separate several by spaces or commas.",
	Scopes:       "What this person may do",
	SignIn:       "Sign in",
	Cancel:       "Cancel",
	BadName:      "Enter a name of 1 to 255 visible characters.",
	BadProjects:  "Each id begins with a letter or digit and has at most 64 letters, digits, dots, underscores or hyphens.",
	May: map[string]string{
		"images:read":    "see the projects' images, shares and history",
		"images:share":   "share images, and cancel shares",
		"images:save":    "save received images, and copy own ones",
		"images:write":   "change and delete own images",
		"images:receive": "accept and decline images, and set who may share",
		"catalog:read":   "as the platform, see every project",
		"catalog:write":  "as the platform, register, suspend, delete and close",
	},
}

var chinese = words{
	Lang:         "zh-CN",
	Title:        "登录镜像共享",
	Intro:        "这台机器上没有密码：请选择您要使用的身份。此页面仅供试用，不属于正式部署。",
	Foreign:      "此页面由控制台在登录时打开，不能单独使用。",
	ToConsole:    "打开控制台",
	Sample:       "这里还没有数据",
	SampleIntro:  "示例包含两个账号，每个账号有两个项目，还有可共享的镜像，以及一个共享数已达上限的镜像。",
	LoadSample:   "载入示例",
	SampleFailed: "示例未能载入。请重试；运行服务的终端会显示原因。",
	People:       "示例中的人员",
	PeopleIntro:  "请以 alice 的身份将镜像 web-golden 共享给项目 globex-app，再以接收方 bob 的身份登录。",
	Of:           "所属项目 ",
	Everything:   "平台管理员：可访问所有项目，可停用镜像、关闭项目",
	Other:        "其他人员",
	Name:         "名称",
	Projects:     "项目 ID",
	ProjectsHint: "多个 ID 请用空格或逗号分隔。",
	Scopes:       "此人的权限",
	SignIn:       "登录",
	Cancel:       "取消",
	BadName:      "请输入 1 到 255 个可见字符的名称。",
	BadProjects:  "每个 ID 须以字母或数字开头，最多 64 个字母、数字、点、下划线或连字符。",
	May: map[string]string{
		"images:read":    "查看项目的镜像、共享信息和操作记录",
		"images:share":   "共享镜像、取消共享",
		"images:save":    "保存收到的镜像、复制自有镜像",
		"images:write":   "修改和删除自有镜像",
		"images:receive": "接受或拒绝镜像，设置共享策略",
		"catalog:read":   "以平台身份查看所有项目",
		"catalog:write":  "以平台身份登记、停用、删除和关闭",
	},
}

// wordsOf are those for a request.
func wordsOf(r *http.Request, values url.Values) words {
	return wordsFor(values.Get("ui_locales"), r.Header.Get("Accept-Language"))
}

// wordsFor takes the first language that it knows of the console's ui_locales, and then
// of the browser's Accept-Language, which lists the preferred ones first.
func wordsFor(locales, acceptLanguage string) words {
	for tag := range strings.FieldsFuncSeq(locales+","+acceptLanguage, func(r rune) bool { return r == ' ' || r == ',' }) {
		language, _, _ := strings.Cut(strings.ToLower(tag), "-")
		switch language, _, _ = strings.Cut(language, ";"); language {
		case "zh":
			return chinese
		case "en":
			return english
		}
	}
	return english
}
