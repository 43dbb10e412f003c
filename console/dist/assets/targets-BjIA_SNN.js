import{r as e}from"./ids-a3kDpFsm.js";var t=/[\s,;，；、]+/;function n(n){return[...new Set(e(n).split(t).filter(e=>e!==``))]}function r(e,t){return n(e).filter(e=>e!==t).join(`
`)}export{r as n,n as t};