/** One line under the answer: what the current subscription is doing. */
import { useSyncExternalStore } from 'react';

const TEXTS = {
  connecting: () => 'Abonnement : connexion en cours…',
  connected: received => `Abonnement ouvert : ${events(received)}, en attente de la suite.`,
  ended: received => `Abonnement terminé : ${events(received)}.`,
  lost: received => `Abonnement interrompu : ${events(received)}.`,
};

function events(count) {
  return count > 1 ? `${count} événements reçus` : count === 1 ? '1 événement reçu' : 'aucun événement reçu';
}

export function ConnectionStatus({ subscriptions }) {
  const { phase, received } = useSyncExternalStore(subscriptions.listen, subscriptions.getState);
  return (
    <p className="passerelle-status" role="status" data-phase={phase}>
      {TEXTS[phase]?.(received)}
    </p>
  );
}
