var l=`# Freshness of the sources on the home page.
query Sources {
  now
  feeds { name title lastSuccessAt latestDay }
}
`;var m=`# The numbers of the home page: open lots, those reserved, those with an execution clause.
query Accueil {
  now
  open: lots(filter: { isOpen: true }) { totalCount }
  reserved: lots(
    filter: {
      isOpen: true
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
  clauses: lots(filter: { isOpen: true, kinds: [EXECUTION_CLAUSE] }) { totalCount }
}
`;var g=15e3,S=new Intl.NumberFormat("fr-FR"),f=new Intl.DateTimeFormat("fr-FR",{dateStyle:"long",timeStyle:"short",timeZone:"Europe/Paris"}),C=new Intl.DateTimeFormat("fr-FR",{dateStyle:"long",timeZone:"UTC"}),u=new Intl.RelativeTimeFormat("fr-FR",{numeric:"auto"}),s=n=>document.getElementById(n);async function p(n,e){let t;try{t=await fetch("/graphql",{method:"POST",headers:{Accept:"application/graphql-response+json, application/json;q=0.9","Content-Type":"application/json"},body:JSON.stringify({query:n,variables:e}),signal:AbortSignal.timeout(g)})}catch(o){throw new Error(o.name==="TimeoutError"?"le serveur met trop de temps à répondre":"le serveur n’a pas pu être joint")}let r=await t.json().catch(()=>null);if(!r)throw new Error(`le serveur a répondu ${t.status}`);if(r.errors?.length)throw new Error(`l’API signale : ${r.errors[0].message}`);return r.data}async function E(n,e,t){e.textContent="Chargement…";try{e.textContent=await t()??""}catch(r){e.textContent=`Indisponible pour l’instant : ${r.message}.`,e.classList.add("problem")}finally{n.setAttribute("aria-busy","false")}}async function R(){let n=[...document.querySelectorAll("[data-figure]")];try{let e=await p(m);for(let t of n){let r=e[t.dataset.figure]?.totalCount;t.textContent=Number.isFinite(r)?S.format(r):"–"}return`Lots auxquels on peut répondre le ${f.format(new Date(e.now))}.`}catch(e){throw n.forEach(t=>{t.textContent="–"}),e}}async function T(){let{feeds:n,now:e}=await p(l);return s("feeds").replaceChildren(...n.map(t=>b(t,new Date(e)))),n.length?"":"Aucune source n’a encore été relevée."}function b({name:n,title:e,lastSuccessAt:t,latestDay:r},o){let a=h=>A(h,o),i=document.createElement("li"),c=document.createElement("strong");return c.textContent=e||n,i.append(c),i.append(...d("dernier relevé ",t,a,"aucun relevé pour l’instant"),", "),i.append(...d("dernier avis du ",r,I,"aucun avis reçu")),i}function d(n,e,t,r){let o=new Date(e??"");if(Number.isNaN(o.getTime()))return[r];let a=document.createElement("time");return a.dateTime=e,a.title=f.format(o),a.textContent=t(o),[n,a]}function A(n,e){let t=Math.round((n.getTime()-e.getTime())/6e4);if(Math.abs(t)<60)return u.format(t,"minute");let r=Math.round(t/60);return Math.abs(r)<24?u.format(r,"hour"):u.format(Math.round(r/24),"day")}var I=n=>C.format(n);E(s("figures"),s("figures-message"),R);E(s("feeds"),s("feeds-message"),T);
