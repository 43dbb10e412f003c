var e=/[\s,;，；、]+/;function t(t){return[...new Set(t.split(e).filter(e=>e!==``))]}function n(e,n){return t(e).filter(e=>e!==n).join(`
`)}export{n,t};