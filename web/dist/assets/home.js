var u=`# Freshness of the sources on the home page.
query Sources {
  feeds { name title lastSuccessAt lastPublicationDate }
}
`;var c=`# The numbers of the home page: open lots, those reserved, those with an execution clause.
query Accueil($now: DateTime) {
  open: lots(filter: { openAt: $now }) { totalCount }
  reserved: lots(
    filter: {
      openAt: $now
      kinds: [
        RESERVED_EA_ESAT
        RESERVED_SIAE
        RESERVED_EA_ESAT_SIAE
        RESERVED_ESS
        RESERVED_PRISON
        RESERVED_UNSPECIFIED
      ]
    }
  ) { totalCount }
  clauses: lots(filter: { openAt: $now, kinds: [EXECUTION_CLAUSE] }) { totalCount }
}
`;var h=15e3,w=new Intl.NumberFormat("fr-FR"),m=new Intl.DateTimeFormat("fr-FR",{dateStyle:"long",timeStyle:"short",timeZone:"Europe/Paris"}),S=new Intl.DateTimeFormat("fr-FR",{dateStyle:"long",timeZone:"UTC"}),i=new Intl.RelativeTimeFormat("fr-FR",{numeric:"auto"}),s=t=>document.getElementById(t);async function d(t,e){let n;try{n=await fetch("/graphql",{method:"POST",headers:{Accept:"application/graphql-response+json, application/json;q=0.9","Content-Type":"application/json"},body:JSON.stringify({query:t,variables:e}),signal:AbortSignal.timeout(h)})}catch(o){throw new Error(o.name==="TimeoutError"?"le serveur met trop de temps à répondre":"le serveur n’a pas pu être joint")}let r=await n.json().catch(()=>null);if(!r)throw new Error(`le serveur a répondu ${n.status}`);if(r.errors?.length)throw new Error(`l’API signale : ${r.errors[0].message}`);return r.data}async function f(t,e,n){e.textContent="Chargement…";try{e.textContent=await n()??""}catch(r){e.textContent=`Indisponible pour l’instant : ${r.message}.`,e.classList.add("problem")}finally{t.setAttribute("aria-busy","false")}}async function g(){let t=[...document.querySelectorAll("[data-figure]")];try{let e=new Date,n=await d(c,{now:e.toISOString()});for(let r of t){let o=n[r.dataset.figure]?.totalCount;r.textContent=Number.isFinite(o)?w.format(o):"–"}return`Lots auxquels on peut répondre le ${m.format(e)}.`}catch(e){throw t.forEach(n=>{n.textContent="–"}),e}}async function y(){let{feeds:t}=await d(u);return s("feeds").replaceChildren(...t.map(A)),t.length?"":"Aucune source n’a encore été relevée."}function A({name:t,title:e,lastSuccessAt:n,lastPublicationDate:r}){let o=document.createElement("li"),a=document.createElement("strong");return a.textContent=e||t,o.append(a),o.append(...l("dernier relevé ",n,C,"aucun relevé pour l’instant"),", "),o.append(...l("dernier avis du ",r,R,"aucun avis reçu")),o}function l(t,e,n,r){let o=new Date(e??"");if(Number.isNaN(o.getTime()))return[r];let a=document.createElement("time");return a.dateTime=e,a.title=m.format(o),a.textContent=n(o),[t,a]}function C(t){let e=Math.round((t.getTime()-Date.now())/6e4);if(Math.abs(e)<60)return i.format(e,"minute");let n=Math.round(e/60);return Math.abs(n)<24?i.format(n,"hour"):i.format(Math.round(n/24),"day")}var R=t=>S.format(t);f(s("figures"),s("figures-message"),g);f(s("feeds"),s("feeds-message"),y);
